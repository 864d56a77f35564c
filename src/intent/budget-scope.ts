/**
 * What a scope of the budget is called where nobody's name may stand, and where there may be only so many: people are all
 * `origin`, everything else is as it is.
 */
export function publicScope(scope: string): string {
  return isOrigin(scope) ? 'origin' : scope;
}

/** Whether it is the money of one who asks: a user or a room. */
export function isOrigin(scope: string): boolean {
  return scope.startsWith('origin:');
}
