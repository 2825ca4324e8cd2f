/** Path of the identity provider on the gateway's server. */
export const IDENTITY_PATH = '/oidc';

/** The grant by which `npm run token` gets an ID token for any address: this provider trusts whoever is on this machine. */
export const EMAIL_GRANT = 'urn:sensei-keys:local:email';

/** Where the discovery document names the client that tokens are for. */
export const CLIENT_ID = 'urn:sensei-keys:local:client_id';
