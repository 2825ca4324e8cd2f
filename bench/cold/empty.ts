/** A function that does nothing: what starting Node.js costs. */
export const handler = async () => ({ statusCode: 200, body: '' });
