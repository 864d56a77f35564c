import { InvalidArgumentError } from 'commander';

export function timerSeconds(text: string): number {
  // The milliseconds of a timer are a number of 31 bits; with more it would ring at once.
  const most = 2_147_483;
  const seconds = Number(text);
  if (!(seconds > 0)) throw new InvalidArgumentError('expected a number above 0');
  if (seconds > most) throw new InvalidArgumentError(`expected at most ${most}`);
  return seconds;
}

export function count(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isSafeInteger(value))) {
    throw new InvalidArgumentError('expected a whole number above 0');
  }
  return value;
}

/** A reader of counts up to a bound. */
export function atMost(most: number): (text: string) => number {
  return (text) => {
    const value = count(text);
    if (value > most) throw new InvalidArgumentError(`expected at most ${most}`);
    return value;
  };
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('expected a share from 0 to 1, such as 0.95');
  }
  return value;
}

/** @param earlier the ids before this one */
export function entryIds(text: string, earlier: readonly string[] = []): string[] {
  if (!/^\d{1,20}-\d{1,20}$/.test(text)) {
    throw new InvalidArgumentError('expected an id as listed, such as 1795250000000-0');
  }
  return [...earlier, text];
}

/** @returns where a service listens, without a slash at its end */
export function httpAddress(text: string): string {
  const { protocol, username, password, search, hash } = URL.parse(text) ?? {};
  const isHttp = protocol === 'http:' || protocol === 'https:';
  if (!isHttp || search || hash) {
    throw new InvalidArgumentError('expected the address of a service, such as http://127.0.0.1:8005');
  }
  if (username || password) {
    throw new InvalidArgumentError('expected no password in it; a token is read from HTTP_TOKEN');
  }
  return text.replace(/\/+$/, '');
}
