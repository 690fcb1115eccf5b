// GitHub's times: ISO 8601, in whole seconds.

export const time = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
export const timeOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : time(milliseconds);

/** Opaque, as GitHub's are. */
export const nodeId = (kind: string, id: number): string =>
  `${kind}_${Buffer.from(`${kind}${id}`).toString('base64url')}`;
