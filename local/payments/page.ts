import type { Session } from './ledger.ts';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The page where a session is paid, or not. */
export function paymentPage({ id, description, amount_total, currency }: Session): string {
  const price = new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount_total / 100);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay ${price} (local)</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 24rem; margin: 12vh auto; padding: 0 1rem }
  button { font: inherit; display: block; width: 100%; margin: .5rem 0; padding: .75rem; cursor: pointer }
</style>
<main>
<h1>${price}</h1>
<p>${escapeHtml(description)}. This page stands in for the payment provider on this machine: no money moves.</p>
<form method="post" action="/pay/${id}">
<button name="outcome" value="pay" autofocus>Pay</button>
<button name="outcome" value="decline">Let the payment fail later</button>
<button name="outcome" value="cancel">Cancel</button>
</form>
</main>
</html>
`;
}
