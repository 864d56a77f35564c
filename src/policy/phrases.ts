/** What policy says back. @param what what it is about: "zamek drzwi, brama" */
interface PolicyPhrases {
  confirm(what: string): string;
  deny(what: string): string;
  /** Of several things that were asked for in one breath, none is done. */
  denyAll(what: string): string;
}

const POLISH: PolicyPhrases = {
  confirm: (what) => `Na pewno (${what})? Powiedz „tak”, a zrobię to.`,
  deny: (what) => `Tego nie wolno mi zrobić: ${what}.`,
  denyAll: (what) => `Nic z tego nie robię, bo tego mi nie wolno: ${what}.`,
};

const ENGLISH: PolicyPhrases = {
  confirm: (what) => `Are you sure (${what})? Say “yes” and I will do it.`,
  deny: (what) => `I am not allowed to do that: ${what}.`,
  denyAll: (what) => `I am doing none of this, because I am not allowed to: ${what}.`,
};

/** @param language primary subtag; English is spoken to whoever is not Polish */
export function policyPhrases(language: string): PolicyPhrases {
  return language === 'pl' ? POLISH : ENGLISH;
}
