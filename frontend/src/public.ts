/** Entry of the pages that residents see: no framework, built for phones of 2021 (Chrome 90, Safari 15). */

import "./favicon.svg?no-inline";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/form.css";
import "./styles/blocks.css";
import "./styles/public.css";
import "./styles/account.css";
import "./styles/guide.css";
import "./styles/print.css";
import { startCopy } from "./blocks/copy";
import { startDialogs, startMenus } from "./blocks/dialog";
import { startDisplay } from "./blocks/display";
import { startKinds } from "./blocks/kinds";
import { startMaps } from "./blocks/map-mount";
import { mount } from "./blocks/mount";
import { startPhotos } from "./blocks/photos";
import { startPickers } from "./blocks/picker";
import { startMyReports } from "./blocks/my-reports";
import { startPlace } from "./blocks/place";
import { startPosition } from "./blocks/position";
import { startShownWhen } from "./blocks/shown-when";
import { startSteps } from "./blocks/steps";
import { startForms } from "./blocks/submit";
import { startToasts } from "./blocks/toast";
import { startSheets } from "./blocks/sheets";
import { startVoice } from "./blocks/voice";

startDisplay();
startCopy();
startDialogs();
startMenus();
startForms();
startToasts();
startPhotos();
startPickers();
startVoice();
startPosition();
startPlace();
startMaps();
startSteps();
startKinds();
startShownWhen();
startMyReports();
startSheets();
mount("[data-people]", (block) => {
  void import("./blocks/many").then(({ lookThrough }) => lookThrough(block));
});
