// Runs at CloudFront for each request to the page's files, and as it is on a laptop: JavaScript runtime 2.0 of CloudFront
// Functions, so no imports. Paths of the page itself have no file: it is index.html that knows them. A list of extensions
// tells files from them, as an address at the end of a path has a dot too.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  const request = event.request;
  const isFile =
    /\.(?:avif|css|gif|html|ico|jpe?g|js|json|map|mjs|png|svg|txt|wasm|webmanifest|webp|woff2?|xml)$/i.test(
      request.uri,
    );
  if (!isFile) request.uri = '/index.html';
  return request;
}
