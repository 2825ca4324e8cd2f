/** The page of the local identity provider: whoever is on this machine may be anybody. */
export const signInPage = (action: string, message = ''): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (local)</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 22rem; margin: 12vh auto; padding: 0 1rem }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
  input[type=email] { font: inherit; box-sizing: border-box; width: 100%; padding: .6rem }
  .choice { font-weight: 400 }
  button { font: inherit; width: 100%; margin-top: 1.25rem; padding: .7rem; cursor: pointer }
</style>
<main>
<h1>Sign in</h1>
<p>This provider runs on your machine alone: say who you want to be.</p>
${message && `<p role="alert">${message}</p>`}
<form method="post" action="${action}">
<label for="email">Email address</label>
<input id="email" name="email" type="email" value="ada@example.com" required autofocus autocomplete="username">
<label class="choice"><input type="checkbox" name="admin" value="true"> as an admin</label>
<button>Sign in</button>
</form>
</main>
</html>
`;

/** The page that ends a session, around the provider's own form. */
export const signOutPage = (form: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign out (local)</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 22rem; margin: 12vh auto; padding: 0 1rem }
  button { font: inherit; width: 100%; padding: .7rem; cursor: pointer }
</style>
<main>
<h1>Sign out?</h1>
${form}
<button autofocus form="op.logoutForm" name="logout" value="yes">Sign out</button>
</main>
</html>
`;
