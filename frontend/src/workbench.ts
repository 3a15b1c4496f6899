/** Entry of the staff workbench; public.ts stands next to it for the pages of residents. */

import "./favicon.svg?no-inline";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/form.css";
import "./styles/blocks.css";
import "./styles/frame.css";
import "./styles/table.css";
import "./styles/print.css";
import { startDetail } from "./blocks/detail";
import { startDialogs, startMenus } from "./blocks/dialog";
import { startDisplay } from "./blocks/display";
import { startHtmx } from "./blocks/htmx-forms";
import { startKeys } from "./blocks/keys";
import { startMaps } from "./blocks/map-mount";
import { startPhotos } from "./blocks/photos";
import { startPickers } from "./blocks/picker";
import { startPosition } from "./blocks/position";
import { startForms } from "./blocks/submit";
import { startToasts } from "./blocks/toast";
import { startVoice } from "./blocks/voice";

startDisplay();
startDialogs();
startMenus();
startForms();
startHtmx();
startToasts();
startPhotos();
startPickers();
startVoice();
startPosition();
startMaps();
startKeys();
startDetail();
