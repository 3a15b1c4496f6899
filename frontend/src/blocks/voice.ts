/** Voice note: records up to a minute into a hidden file field. Where the browser cannot record, the block stays hidden.
 *
 * With `data-or-file` the file field stays, for a recording that is there already; `data-longest-s` gives other seconds.
 */

import { icon, make } from "./elements";
import { mount } from "./mount";
import { text } from "./texts";

const USUAL_S = 60;
const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];

function start(block: HTMLElement): void {
  const input = block.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  // getUserMedia exists only under https and on localhost.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (typeof MediaRecorder !== "function" || !devices) return;
  const kind = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
  if (!kind) return;
  const longest = Number(block.dataset["longestS"] ?? USUAL_S);
  const orFile = "orFile" in block.dataset;
  block.hidden = false;
  input.hidden = !orFile;

  const record = make("button", { type: "button", class: "button" }, icon("mic"), text("voice.record"));
  const stop = make("button", { type: "button", class: "button button--danger", hidden: "" }, icon("square"), text("voice.stop"));
  const drop = make("button", { type: "button", class: "button button--quiet", hidden: "" }, text("voice.drop"));
  const clock = make("span", { class: "voice__time", role: "timer", hidden: "" });
  const player = make("audio", { controls: "", hidden: "", "aria-label": text("voice.listen") });
  const said = make("span", { class: "field__error", role: "alert", hidden: "" });
  block.append(record, stop, clock, player, drop, said);
  if (orFile) block.append(input);

  const set = (file?: File): void => {
    const transfer = new DataTransfer();
    if (file) transfer.items.add(file);
    input.files = transfer.files;
    if (player.src) URL.revokeObjectURL(player.src);
    if (file) player.src = URL.createObjectURL(file);
    else player.removeAttribute("src");
    player.hidden = drop.hidden = !file;
    record.hidden = Boolean(file);
    block.dispatchEvent(new CustomEvent("linli:files", { bubbles: true, detail: file ? 1 : 0 }));
  };
  input.addEventListener("change", () => set(input.files?.[0]));
  drop.addEventListener("click", () => {
    set();
    record.focus();
  });
  record.addEventListener("click", () => {
    said.hidden = true;
    devices.getUserMedia({ audio: true }).then(
      (stream) => listen(stream),
      () => {
        said.textContent = text("voice.refused");
        said.hidden = false;
      },
    );
  });

  function listen(stream: MediaStream): void {
    const recorder = new MediaRecorder(stream, { mimeType: kind!, audioBitsPerSecond: 32_000 });
    const parts: Blob[] = [];
    let seconds = 0;
    const tick = window.setInterval(() => {
      seconds += 1;
      clock.textContent = `${seconds} / ${longest} s`;
      if (seconds >= longest && recorder.state !== "inactive") recorder.stop();
    }, 1000);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      window.clearInterval(tick);
      for (const track of stream.getTracks()) track.stop();
      stop.hidden = clock.hidden = true;
      const type = kind!.split(";")[0]!;
      set(new File(parts, `voice.${type.split("/")[1]}`, { type }));
      drop.focus();
    });
    stop.onclick = () => recorder.stop();
    clock.textContent = `0 / ${longest} s`;
    record.hidden = true;
    stop.hidden = clock.hidden = false;
    recorder.start();
    stop.focus();
  }
}

export function startVoice(): void {
  mount("[data-voice]", start);
}
