package codec

import (
	commonpb "go.temporal.io/api/common/v1"

	"github.com/jansetu/jansetu/store/vault"
)

// In the form before, the data is what vault.Key.Seal made of the payload as protobuf, and the workflow's id lies in the metadata. It is not
// written any more, but stays in Temporal for as long as the histories of that time do.
const metadataWorkflow = "jansetu-workflow"

func formerEnvelope(payload *commonpb.Payload) envelope {
	return envelope{workflow: string(payload.GetMetadata()[metadataWorkflow]), sealed: payload.GetData(), former: true}
}

func formerPlace(workflow string) vault.Place {
	return vault.Place{Table: "temporal", Column: "payload", Row: workflow}
}
