#!/bin/bash
# Two SHACL validators for Node pass dates that are none. A shape that asks for
# sh:datatype xsd:date should refuse a literal outside of the datatype's lexical
# space, and the day must be one of its month; but rdf-validate-shacl compares with a
# pattern of digits, so that 2020-13-11 (day and month changed round) passes, and
# both pass the thirtieth of February. A catalogue record that "is valid by the
# shapes" can therefore hold a date that a harvester throws away: dates have to be
# checked by oneself.
#
# Seen: rdf-validate-shacl 0.6.5 and shacl-engine 1.1.2, n3 2.13.12.
# Needs Node and npm. Exits with 1 when the behaviour has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private": true, "type": "module"}' > package.json
npm install --silent --no-audit --no-fund rdf-validate-shacl@0.6.5 shacl-engine@1.1.2 n3@2.13.12 rdf-ext@2.6.0

cat > validate.js <<'JS'
import RDFValidateSHACL from 'rdf-validate-shacl';
import { Validator } from 'shacl-engine';
import { Parser } from 'n3';
import rdf from 'rdf-ext';

const prefixes = '@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix ex: <http://example.org/> .\n';
const dataset = text => rdf.dataset(new Parser({ factory: rdf }).parse(prefixes + text));
const shapes = dataset('ex:Shape a sh:NodeShape ; sh:targetClass ex:Record ; sh:property [ sh:path ex:issued ; sh:datatype xsd:date ; sh:minCount 1 ] .');

const seen = { // whether it conforms: by rdf-validate-shacl, by shacl-engine
  '2020-11-13': [true, true],
  '2020-13-11': [true, false],
  '2020-02-30': [true, true],
  '13-11-2020': [false, false],
};
let changed = false;
for (const [date, expected] of Object.entries(seen)) {
  const data = dataset(`ex:a a ex:Record ; ex:issued "${date}"^^xsd:date .`);
  const got = [
    (await new RDFValidateSHACL(shapes).validate(data)).conforms,
    (await new Validator(shapes, { factory: rdf }).validate({ dataset: data })).conforms,
  ];
  console.log(date, 'rdf-validate-shacl:', got[0] ? 'conforms' : 'refused', ' shacl-engine:', got[1] ? 'conforms' : 'refused');
  changed ||= got[0] !== expected[0] || got[1] !== expected[1];
}
if (changed) { console.log('CHANGED: this is not what was seen with the pinned versions'); process.exit(1); }
console.log('as seen: dates that are none conform');
JS
node validate.js
