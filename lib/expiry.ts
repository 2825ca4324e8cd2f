/** A time in whole seconds since the epoch, as DynamoDB's time to live counts it. */
export const epochSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** The `deleteAt` of an item that is kept for some seconds from a time, in milliseconds since the epoch. */
export const deleteAfter = (at: number, seconds: number): number => epochSeconds(at) + seconds;
