// Asks every service as two clients of npm do, unmodified but for the base address; prints one JSON object.
import { createRequire } from "node:module";

const { base, key, asked } = JSON.parse(process.argv[2]);
const load = createRequire(process.argv[3]);
const { Neis } = load("neis.ts");
const Other = load("@my-school.info/neis-api").default;

const neis = new Neis({ key });
neis.rest.defaults.baseURL = base;
const other = new Other({ KEY: key, Type: "json" });
other.api.defaults.baseURL = base;

async function said(call) {
  try {
    return await call();
  } catch (error) {
    return { error: error.name, message: error.message };
  }
}

const answers = { neis: {}, other: {}, errors: {} };
for (const [method, params] of Object.entries(asked.neis)) answers.neis[method] = await said(() => neis[method](params));
for (const [method, params] of Object.entries(asked.other)) answers.other[method] = await said(() => other[method](...params));
answers.errors.nothing = await said(() => neis.getSchool({ SCHUL_NM: "없는 학교" }));
answers.errors.key = await said(() => neis.getSchool({ key: "0".repeat(32) }));
answers.errors.many = await said(() => neis.getSchool({ pSize: 1001 }));
console.log(JSON.stringify(answers));
