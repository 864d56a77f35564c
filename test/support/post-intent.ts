export type HeaderFields = Readonly<Record<string, string>>;

/** `POST /intent`. @param body as it stands in JSON */
export function postIntent(
  url: string,
  body: object,
  headers: HeaderFields = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/intent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}
