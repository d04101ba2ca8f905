package transport_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
)

func TestEveryKindOfChangeIsAppliedForByTheLabelsOfItsPage(t *testing.T) {
	t.Parallel()
	born := map[string]string{"Date of Birth": "14-08-1985", "Mobile No.": "9848012345", "PIN Code": "521151"}
	person := map[string]string{"First Name": "Sita Devi", "Name of Father / Husband": "Rama Rao", "Learner's Licence No.": "LL2026000123", "District": "Guntur"}
	licence := map[string]string{"Driving Licence No.": "AP03120110001234"}
	vehicle := map[string]string{"Registration No.": "AP39UH4567", "Chassis No. (last 5)": "04567"}
	for service, fields := range map[string][]map[string]string{
		"dlfresh":    {born, person},
		"dlrenewal":  {born, licence},
		"dlendorse":  {born, licence, {"Class of Vehicle": "LMV"}},
		"llrenewal":  {born, {"Learner's Licence No.": "LL2026000123"}},
		"rctransfer": {born, vehicle, {"Name of Buyer": "Ravi Kumar"}},
		"prchange":   {born, vehicle, {"Permit No.": "PR2024001234", "Reason": "Another vehicle"}},
	} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			stand := newTwin(t, standin.Config{})
			connector := connect(t, stand, nil)
			application := connectors.Application{Reference: "AP-" + service + "/submit", Service: service, Fields: map[string]string{}}
			for _, part := range fields {
				maps.Copy(application.Fields, part)
			}
			done, err := submitted(t, stand, connector, application)
			require.NoError(t, err)
			require.NotEmpty(t, done.Number)
			require.Len(t, stand.Applications(), 1)
			require.Equal(t, service, stand.Applications()[0].Service)

			delete(application.Fields, "PIN Code")
			application.Reference = "AP-" + service + "-2/submit"
			_, err = connector.Submit(t.Context(), application)
			var changed *connectors.ChangedError
			require.ErrorAs(t, err, &changed, "the page asks for what is left out")
			require.Len(t, stand.Applications(), 1)
		})
	}
}
