# METADATA
# title: What the eleven rules find
# custom:
#   id: BENCH-001
#   avd_id: BENCH-001
#   severity: HIGH
#   input:
#     selector:
#     - type: json
package user.bench

import rego.v1

import data.bench

deny contains message if {
	some finding in bench.findings
	message := sprintf("%s %d", [finding[0], finding[1]])
}
