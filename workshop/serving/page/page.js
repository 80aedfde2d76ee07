// The web page: the pad, and a server that reads what is drawn on it.

import { mountPad } from "./pad.js";

const UNREACHED = "The server does not answer. The page tries again by itself.";
const LONGEST_PAUSE = 8;

let failures = 0;

async function post(address, content, signal) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
      signal,
    });
    if (!answer.ok) throw refusal(answer, (await answer.json().catch(() => ({}))).error);
    const told = await answer.json();
    failures = 0;
    return told;
  } catch (problem) {
    if (problem.told || problem.name === "AbortError") throw problem;
    const retryAfter = Math.min(2 ** failures++, LONGEST_PAUSE);
    throw Object.assign(new Error(UNREACHED), { retryAfter });
  }
}

function refusal(answer, sentence) {
  if (answer.status === 429) {
    const retryAfter = Math.max(1, Number(answer.headers.get("Retry-After")) || 1);
    const seconds = retryAfter === 1 ? "second" : "seconds";
    const text = `Too many drawings at once for this server. It goes on in ${retryAfter} ${seconds}.`;
    return Object.assign(new Error(text), { told: true, retryAfter });
  }
  const text = sentence ?? `The server has a problem of its own (${answer.status}).`;
  return Object.assign(new Error(text), { told: true, retryAfter: answer.status >= 500 ? 3 : 0 });
}

mountPad(document.getElementById("pad"), {
  async read(drawing, signal) {
    const answer = await post("predict", { ...drawing, show: true }, signal);
    const { model, milliseconds } = answer;
    document.getElementById("model").textContent =
      `Read by ${model.name}, version ${model.version}, in ${milliseconds.toFixed(1)} ms.`;
    return answer;
  },
  async teach(drawing, label) {
    const { stored, count, reason } = await post("feedback", { ...drawing, label });
    if (stored) return `Thank you. Kept as a ${label}, for the next training; ${count} so far.`;
    if (reason === "duplicate" || !reason) return `This drawing is kept as a ${label} already.`;
    return `Not kept: ${reason}.`;
  },
});
