/** Whether properties are tried as often as is promised: `npm run test:long`, before a release. */
export const isLong = process.env.TEST_LONG === '1';

/** How many cases a property is tried with: in `npm test` as many as tell soon that something broke. */
export const casesOf = ({ promised, usual }: { readonly promised: number; readonly usual: number }): number =>
  isLong ? promised : usual;
