/** Authorities to which a case may go where its policy names none, under ids that stand in clear. */

import type { Both } from "../../shared/strings.js";

export const AUTHORITIES: Readonly<Record<string, Both>> = {
  supervision: { zh: "监察委员会", en: "Supervision commission" },
  police: { zh: "公安机关", en: "Police" },
  procuratorate: { zh: "检察机关", en: "Public prosecutor" },
  court: { zh: "人民法院", en: "Court" },
  "discipline-inspection": { zh: "纪检机关", en: "Party discipline inspection" },
  "market-regulation": { zh: "市场监管部门", en: "Market regulator" },
  "labour-inspection": { zh: "劳动保障监察机构", en: "Labour inspectorate" },
  "emergency-management": { zh: "应急管理部门", en: "Work safety authority" },
  "data-protection": { zh: "网信（个人信息保护）部门", en: "Data protection authority" },
  "other-authority": { zh: "其他有权机关（在理由中写明）", en: "Another authority (name it in the text)" },
};
