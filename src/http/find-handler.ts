import { type Handler, line, type Route, type Routes } from './answer.ts';

/** What answers a method and a request target: one of the routes, or what says that there is none. */
export function findHandler(routes: Routes, method: string, target: string): Handler {
  const route = routeOf(routes, target);
  if (route === undefined) return () => line(404, 'Not found');
  const handler =
    method === 'GET' || method === 'HEAD' ? route.GET : method === 'POST' ? route.POST : undefined;
  return handler ?? (() => line(405, 'Method not allowed', { Allow: allowed(route) }));
}

/** Whether a target is answered without asking who wants to know. */
export function isOpen(routes: Routes, target: string): boolean {
  return routeOf(routes, target)?.open === true;
}

/** Whether a target answers only those who call us by our own name. */
export function wantsOwnHost(routes: Routes, target: string): boolean {
  return routeOf(routes, target)?.ownHost === true;
}

/** What stands behind the `?` of a request target. */
export function queryOf(target: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(target)?.[1]);
}

function routeOf(routes: Routes, target: string): Route | undefined {
  const path = pathOf(target);
  return path !== undefined && Object.hasOwn(routes, path) ? routes[path] : undefined;
}

function allowed({ GET, POST }: Route): string {
  return [...(GET ? ['GET', 'HEAD'] : []), ...(POST ? ['POST'] : [])].join(', ');
}

/** The path of a request target, which may be absolute and percent-encoded (RFC 9112 section 3.2). */
function pathOf(target: string): string | undefined {
  try {
    const path = target.startsWith('/') ? target.split(/[?#]/, 1)[0]! : new URL(target).pathname;
    return decodeURIComponent(path);
  } catch {
    return undefined; // no route has it
  }
}
