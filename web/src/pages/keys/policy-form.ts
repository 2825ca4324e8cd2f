import type { Key, KeyEdit, NewKey } from '../../api/queries.ts';

/** What one fills in about a key: everything is text until it is sent. */
export interface PolicyForm {
  readonly name: string;
  readonly environment: Key['environment'];
  /** One a line. */
  readonly scopes: string;
  readonly allowedIps: string;
  /** Requests a minute, a day; empty is none of its own. */
  readonly perMinute: string;
  readonly perDay: string;
  readonly dailyCredits: string;
  /** Days from now, of a new key; empty is as long as the plan allows. */
  readonly expiresInDays: string;
}

export const EMPTY_FORM: PolicyForm = {
  name: '',
  environment: 'live',
  scopes: '',
  allowedIps: '',
  perMinute: '',
  perDay: '',
  dailyCredits: '',
  expiresInDays: '',
};

const lines = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));
const textOf = (value: number | null | undefined): string => (value == null ? '' : String(value));

const PER_MINUTE = 'own';

/** The one limit that the form has a place for. */
const perMinuteOf = ({ rateLimits }: Key) => rateLimits.find(({ windowSeconds }) => windowSeconds === 60);

/** A key's policy as it is filled in; limits that the form has no place for stay as they are. */
export const formOf = (key: Key): PolicyForm => ({
  ...EMPTY_FORM,
  name: key.name,
  environment: key.environment,
  scopes: key.scopes.join('\n'),
  allowedIps: key.allowedIps.join('\n'),
  perMinute: textOf(perMinuteOf(key)?.limit),
  perDay: textOf(key.quota?.period === 'day' ? key.quota.limit : null),
  dailyCredits: textOf(key.dailyCredits),
});

function limitsOf(
  { perMinute, perDay, dailyCredits }: PolicyForm,
  others: Key['rateLimits'],
  { name }: { readonly name: string } = { name: PER_MINUTE },
) {
  const limit = numberOf(perMinute);
  const day = numberOf(perDay);
  return {
    rateLimits: [...others, ...(limit === null ? [] : [{ name, limit, windowSeconds: 60 }])],
    quota: day === null ? null : { limit: day, period: 'day' as const },
    dailyCredits: numberOf(dailyCredits),
  };
}

/** What is asked for a new key. */
export function newKeyOf(email: string, form: PolicyForm): NewKey {
  const days = numberOf(form.expiresInDays);
  return {
    email,
    environment: form.environment,
    ...(form.name.trim() && { name: form.name.trim() }),
    scopes: lines(form.scopes),
    allowedIps: lines(form.allowedIps),
    ...limitsOf(form, []),
    ...(days !== null && { expiresInDays: days }),
  } as NewKey;
}

/** What was changed about a key, and no more: what others change meanwhile stays. */
export function editOf(key: Key, form: PolicyForm): KeyEdit {
  const before = formOf(key);
  const shown = perMinuteOf(key);
  const others = key.rateLimits.filter((limit) => limit !== shown);
  const { rateLimits, quota, dailyCredits } = limitsOf(form, others, shown);
  return {
    ...(form.name !== before.name && { name: form.name.trim() }),
    ...(form.scopes !== before.scopes && { scopes: lines(form.scopes) }),
    ...(form.allowedIps !== before.allowedIps && { allowedIps: lines(form.allowedIps) }),
    ...(form.perMinute !== before.perMinute && { rateLimits }),
    ...(form.perDay !== before.perDay && { quota }),
    ...(form.dailyCredits !== before.dailyCredits && { dailyCredits }),
  };
}

/** What was typed, on top of a key that others have changed meanwhile: of what was not touched, what is there now. */
export function rebased(form: PolicyForm, before: Key, now: Key): PolicyForm {
  const [old, fresh] = [formOf(before), formOf(now)];
  const untouched = (Object.keys(form) as (keyof PolicyForm)[]).filter((name) => form[name] === old[name]);
  return { ...form, ...Object.fromEntries(untouched.map((name) => [name, fresh[name]])) };
}

const FIELDS: readonly [prefix: string, field: keyof PolicyForm][] = [
  ['rateLimits', 'perMinute'],
  ['quota', 'perDay'],
  ['scopes', 'scopes'],
  ['allowedIps', 'allowedIps'],
];

/** The field of the form that an error of the API is about. */
export const fieldOf = (path: string): string => FIELDS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? path;

/** What is wrong with each field of the form; nothing if the form has no place for some of it, which is then told as a whole. */
export function formErrors(errors: Readonly<Record<string, string>>): Record<string, string> {
  const placed = Object.entries(errors).map(([path, message]) => [fieldOf(path), message] as const);
  return placed.every(([field]) => field in EMPTY_FORM) ? Object.fromEntries(placed) : {};
}
