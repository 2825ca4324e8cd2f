/** Whatever begins as a secret, also one that is cut or mistyped. */
const SECRET = /sk_(live|test)_\w*/g;
/** As much of one as would help to guess it. */
const TELLING = /sk_(live|test)_\w{12}/;

/** A text that a caller sent, as it may be shown to that caller and to a log: a secret that went astray is cut. */
export const withoutSecrets = (text: string): string => text.replace(SECRET, 'sk_$1_…');

/** Tells whether a text must not be stored, because a secret went astray in it. */
export const tellsSecret = (text: string): boolean => TELLING.test(text);
