/** Voice note: records up to a minute into a hidden file field. Where the browser cannot record, the block stays hidden. */

import { icon, make } from "./elements";
import { mount } from "./mount";
import { text } from "./texts";

const LONGEST_S = 60;
const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];

function start(block: HTMLElement): void {
  const input = block.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  // getUserMedia exists only under https and on localhost.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (typeof MediaRecorder !== "function" || !devices) return;
  const kind = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
  if (!kind) return;
  block.hidden = false;
  input.hidden = true;

  const record = make("button", { type: "button", class: "button" }, icon("mic"), text("voice.record"));
  const stop = make("button", { type: "button", class: "button button--danger", hidden: "" }, icon("square"), text("voice.stop"));
  const drop = make("button", { type: "button", class: "button button--quiet", hidden: "" }, text("voice.drop"));
  const clock = make("span", { class: "voice__time", role: "timer", hidden: "" });
  const player = make("audio", { controls: "", hidden: "", "aria-label": text("voice.listen") });
  const said = make("span", { class: "field__error", role: "alert", hidden: "" });
  block.append(record, stop, clock, player, drop, said);

  const set = (file?: File): void => {
    const transfer = new DataTransfer();
    if (file) transfer.items.add(file);
    input.files = transfer.files;
    if (player.src) URL.revokeObjectURL(player.src);
    if (file) player.src = URL.createObjectURL(file);
    else player.removeAttribute("src");
    player.hidden = drop.hidden = !file;
    record.hidden = Boolean(file);
  };
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
      clock.textContent = `${seconds} / ${LONGEST_S} s`;
      if (seconds >= LONGEST_S && recorder.state !== "inactive") recorder.stop();
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
    clock.textContent = `0 / ${LONGEST_S} s`;
    record.hidden = true;
    stop.hidden = clock.hidden = false;
    recorder.start();
    stop.focus();
  }
}

export function startVoice(): void {
  mount("[data-voice]", start);
}
