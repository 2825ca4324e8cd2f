/** A value of Stripe's form encoding: `line_items[0][price_data][currency]=usd`. */
export type FormValue = string | { readonly [name: string]: FormValue };

/** Reads a form as Stripe's API takes it. */
export function readForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter(Boolean);
    let at = root;
    for (const step of path.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Record<string, FormValue>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return root;
}

/** The value at a path, `undefined` if there is none. */
export function formValue(form: FormValue | undefined, ...path: string[]): string | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return typeof form === 'string' ? form : undefined;
  return typeof form === 'object' ? formValue(form[step], ...rest) : undefined;
}
