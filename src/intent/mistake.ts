/** What is wrong with what somebody asked for: the message is for them, and holds nothing of the inside. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}
