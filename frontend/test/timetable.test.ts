/** The week as a grid: what is offered while typing, what a pasted block says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { block, initials, offered, read } from "../src/timetable";

const PAIRS = [
  { subject: "국어", teacher: "박서연" },
  { subject: "국악", teacher: "유나경" },
  { subject: "기술·가정", teacher: "서영" },
  { subject: "체육", teacher: "문정호" },
  { subject: "진로 활동", teacher: "" },
];

test("initial consonants find subjects and teachers, beginnings come first", () => {
  assert.equal(initials("기술·가정"), "ㄱㅅ·ㄱㅈ");
  assert.deepEqual(offered("ㄱㅇ", PAIRS).map((pair) => pair.subject), ["국어", "국악"]);
  assert.deepEqual(offered("국어", PAIRS).map((pair) => pair.teacher), ["박서연"]);
  assert.deepEqual(offered("ㅁㅈ", PAIRS).map((pair) => pair.teacher), ["문정호"]);
  assert.deepEqual(offered(" ", PAIRS), []);
});

test("a cell of a spreadsheet is a subject with its teacher, however it is written", () => {
  for (const text of ["체육 문정호", "체육(문정호)", "체육\n문정호", "체육"]) {
    assert.deepEqual(read(text, PAIRS), { subject: "체육", teacher: "문정호" }, text);
  }
  assert.deepEqual(read("진로 활동", PAIRS), { subject: "진로 활동", teacher: "" });
  assert.deepEqual(read("진로 활동 오현주", PAIRS), { subject: "진로 활동", teacher: "오현주" });
  assert.deepEqual(read("새 과목", PAIRS), { subject: "새 과목", teacher: "" });
  for (const text of ["체육 문정호 @체육관", "체육@체육관", "체육\n문정호\n체육관"]) {
    assert.deepEqual(read(text, PAIRS), { subject: "체육", teacher: "문정호", classroom: "체육관" }, text);
  }
});

test("a block keeps its rows and columns, quoted line breaks included", () => {
  assert.deepEqual(block('국어\t"체육\n문정호"\n\t수학\n'), [["국어", "체육\n문정호"], ["", "수학"]]);
  assert.deepEqual(block('"말한 ""것"""\t2'), [['말한 "것"', "2"]]);
});
