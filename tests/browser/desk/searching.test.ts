// A case by its number: as its letters print it, in part, as somebody heard it, and by the id that the register names.

import assert from "node:assert/strict";
import test from "node:test";
import { caseNumber, digitsOf } from "../../../templates/desk/opened/number.js";
import { SearchIndex, fold } from "../../../templates/desk/queue/search.js";

/** The case of `casework/vectors/letters.json`. */
const ONE = "AAECAwQFBgcICQoLDA0ODw";
const OTHER = "_____________________w";

function both(): SearchIndex {
  const index = new SearchIndex("en");
  index.put(ONE, caseNumber(ONE), "The gate is left open.");
  index.put(OTHER, caseNumber(OTHER), "Boxes go to one recycler.");
  return index;
}

test("a number is the one that letters print, and the same whenever it is asked for", () => {
  assert.equal(caseNumber(ONE), "P3054-APZCR-T");
  assert.equal(caseNumber(ONE), caseNumber(ONE));
  assert.notEqual(caseNumber(ONE), caseNumber(OTHER));
});

test("a case is found by its whole number, without hyphens, in small letters, with the word before it, and by a part of four digits anywhere", () => {
  const number = caseNumber(ONE);
  const plain = number.replaceAll("-", "");
  for (const query of [number, plain, number.toLowerCase(), ` ${number.replaceAll("-", " ")} `, number.slice(0, 5), plain.slice(3, 7), number.slice(3, 9), plain.slice(-4), `No. ${number}`, `编号 ${number}`]) {
    assert.deepEqual([...both().find(query)], [ONE], query);
  }
});

test("what is misheard is found as well, and characters of full width", () => {
  assert.equal(digitsOf("o1l-iO"), "01110");
  assert.equal(digitsOf("７Ｋ３Ｍ—Ｑ"), "7K3MQ");
  assert.equal(digitsOf("仓库"), null);
  assert.equal(digitsOf("usual"), null);
});

test("three characters are words and no number: they would stand in too many by chance", () => {
  const index = new SearchIndex("en");
  index.put(ONE, caseNumber(ONE), "");
  assert.equal(index.find(caseNumber(ONE).slice(0, 3)).size, 0);
});

test("a case is found by its id, or the beginning of it, as the register spells it", () => {
  assert.deepEqual([...both().find(ONE)], [ONE]);
  assert.deepEqual([...both().find(ONE.slice(0, 8))], [ONE]);
  assert.deepEqual([...both().find(ONE.slice(0, 7))], []);
  assert.deepEqual([...both().find(ONE.toLowerCase())], []);
});

test("words are found as before, and the number of a case that left is not", () => {
  const index = both();
  assert.deepEqual([...index.find("recycler boxes")], [OTHER]);
  index.keepOnly((id) => id === OTHER);
  assert.equal(index.find(caseNumber(ONE)).size, 0);
});

test("what the list says of a case is found too, together with its words", () => {
  const facts = (id: string): string => fold(id === ONE ? "Sample Group Ltd\nInvestigator B" : "Sample Group Ireland Ltd");
  assert.deepEqual([...both().find("ireland", facts)], [OTHER]);
  assert.deepEqual([...both().find("investigator gate", facts)], [ONE]);
  assert.deepEqual([...both().find("sample group", facts)], [ONE, OTHER]);
  assert.deepEqual([...both().find("ireland")], []);
});

test("what is typed folds the query alone, and what the list says is asked for only where the words of a case are not enough", () => {
  const whole = String.prototype.normalize;
  const asked: string[] = [];
  const foldedOver = (index: SearchIndex): number => {
    let folded = 0;
    String.prototype.normalize = function counted(this: string, form?: string) {
      folded += 1;
      return whole.call(this, form as "NFKC");
    };
    try {
      assert.deepEqual([...index.find("GATE", (id) => (asked.push(id), ""))], [ONE]);
    } finally {
      String.prototype.normalize = whole;
    }
    return folded;
  };
  const alone = both();
  alone.keepOnly((id) => id === ONE);
  assert.equal(foldedOver(both()), foldedOver(alone));
  assert.deepEqual(asked, [OTHER]);
});
