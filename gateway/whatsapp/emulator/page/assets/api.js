// Calls of the emulator's control API.

async function call(method, path, body, headers = {}) {
  const json = body !== undefined && !(body instanceof Blob);
  const response = await fetch(`/emulator${path}`, {
    method,
    headers: json ? { "Content-Type": "application/json" } : headers,
    body: json ? JSON.stringify(body) : body,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `the emulator answered ${response.status}`);
  return answer;
}

export const numbers = async () => (await call("GET", "/numbers")).numbers;
export const phones = async () => (await call("GET", "/phones")).phones;
export const addPhone = (phone) => call("POST", "/phones", phone);
export const changePhone = (number, settings) => call("PATCH", `/phones/${number}`, settings);
export const send = (number, message) => call("POST", `/phones/${number}/messages`, message);
export const pay = (number, message, outcome) => call("POST", `/phones/${number}/pay`, { message, outcome });
export const openForm = (number, message) => call("POST", `/phones/${number}/form`, { message });
export const pressForm = (form, values) => call("POST", `/forms/${form}/press`, { values });
export const backInForm = (form) => call("POST", `/forms/${form}/back`, {});
export const closeForm = (form) => call("DELETE", `/forms/${form}`);
export const leaveFile = (media) => call("POST", `/flow-files/${encodeURIComponent(media)}/leave`, {});
export const read = (number, numberId) => call("POST", `/phones/${number}/read?phone_number_id=${encodeURIComponent(numberId)}`);

export async function chat(number, numberId) {
  return (await call("GET", `/phones/${number}/chat?phone_number_id=${encodeURIComponent(numberId)}`)).messages;
}

export function upload(file) {
  const type = file.type || "application/octet-stream";
  return call("POST", `/media?filename=${encodeURIComponent(file.name)}`, file, { "Content-Type": type });
}

export const mediaURL = (id, download = false) => `/emulator/media/${encodeURIComponent(id)}${download ? "?download" : ""}`;
