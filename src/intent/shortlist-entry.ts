/** A reading of an utterance that is worth asking a model about. */
export interface ShortlistEntry {
  /** The Home Assistant action; for a question what is asked: `climate.get_temperature`. */
  readonly intent: string;
  /** Id of the area it is about: the one that was named, else the one it was said in. */
  readonly area?: string;
  /** Absent where it is about everything of the kind that stands there, or about no thing at all. */
  readonly entity_id?: string;
  readonly domain: string;
  /** What to call what it is about: "Lampka nocna, Sypialnia". Empty where it is about nothing in particular: a timer. */
  readonly label: string;
  /** 0–1: how much of what was said this reading explains, words weighted by how much they tell. */
  readonly score: number;
}
