/** A first call in each of some languages; the key comes from the environment, where it belongs. */
export const snippetsOf = (origin: string, hint: string): Readonly<Record<string, string>> => ({
  curl: `export API_KEY='${hint}'
curl -H "X-API-Key: $API_KEY" ${origin}/api/whoami`,
  JavaScript: `// API_KEY=${hint}
const response = await fetch('${origin}/api/whoami', {
  headers: { 'X-API-Key': process.env.API_KEY },
});
if (response.status === 429) {
  console.log('again in', response.headers.get('retry-after'), 's');
}
console.log(await response.json());`,
  Python: `# API_KEY=${hint}
import os, requests

response = requests.get(
    "${origin}/api/whoami",
    headers={"X-API-Key": os.environ["API_KEY"]},
)
print(response.status_code, response.json())`,
});
