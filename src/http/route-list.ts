import type { FastifyInstance } from 'fastify';
import type { DescribedRoute } from './openapi.ts';

/** Every route that there is. */
export interface RouteList {
  /** @param address as it was asked for. @returns what may be asked there, by its letters; none where there is no route */
  methodsOf(address: string): string[];
  /** By path; without HEAD, which each GET has. */
  described(): DescribedRoute[];
}

/** Listens from now on to what is added to the server. */
export function listRoutes(server: FastifyInstance): RouteList {
  const patterns = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  const routes: DescribedRoute[] = [];

  server.addHook('onRoute', ({ url, method, config }) => {
    const description = config?.api;
    if (!description) throw new Error(`the route ${url} has no description`);
    const known = patterns.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    patterns.set(url, known);
    for (const each of [method].flat()) {
      known.methods.add(each);
      if (each !== 'HEAD') routes.push({ url, method: each, description });
    }
  });

  return {
    described: () => routes.toSorted((one, other) => one.url.localeCompare(other.url)),
    methodsOf(address) {
      const path = pathOf(address);
      const found = [...patterns.values()].filter(({ pattern }) => pattern.test(path));
      return found.flatMap(({ methods }) => [...methods]).sort();
    },
  };
}

/** `/api/v1/dead-letters/:id/replay`: one part of a path stands for each name. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')));
  return new RegExp(`^${parts.join('/')}$`);
}

function pathOf(address: string): string {
  const [path = ''] = address.split(/[?#]/, 1);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
