/** Settings of a stage on which all that is off by default is on: one stack serves all tests that need any of it. */
export const EVERYTHING_ON = {
  billing: { secretName: 'local', returnUrl: 'http://localhost/credits' },
  foreignSecrets: true,
  migrations: 'onDeploy',
};
