/** The partition of everything that migrations keep in `user_preferences`: no address, so that nobody's records are in it. */
export const MIGRATIONS_PARTITION = '#migrations';

/** What begins the names of what is noted there of rows. All else is where migrations stand. */
export const MIGRATION_NOTE = 'note#';
