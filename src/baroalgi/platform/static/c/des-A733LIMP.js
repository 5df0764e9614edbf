import{a}from"./chunk-MWFPRUQH.js";export{a as tripleDes};
