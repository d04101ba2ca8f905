package documents_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
)

// What is kept from one document for the next comes from the template: it makes no difference whose document came first.
func TestADocumentLeavesNothingInTheNext(t *testing.T) {
	t.Parallel()
	fresh, err := documents.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	used, err := documents.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	another := sample(documents.Receipt, "te")
	another.Values["name"] = documents.Plain("ఝాన్సీ Quentin Xavier Żółć")
	another.Values["biller"] = documents.Words{"te": "ఘటోత్కచ ఔషధాలయం", "en": "Quartz & Jewels"}
	_, err = used.Render(documents.Receipt, another)
	require.NoError(t, err)
	want, err := fresh.Render(documents.Receipt, sample(documents.Receipt, "te"))
	require.NoError(t, err)
	got, err := used.Render(documents.Receipt, sample(documents.Receipt, "te"))
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestANameThatIsKnownLooksNoDifferent(t *testing.T) {
	t.Parallel()
	data := sample(documents.Receipt, "te")
	want, err := library(t).Render(documents.Receipt, data)
	require.NoError(t, err)
	knowing := library(t).Knowing(names(data)...)
	for _, when := range []string{"first", "kept"} {
		got, err := knowing.Render(documents.Receipt, data)
		require.NoError(t, err)
		require.Equal(t, want, got, when)
	}
}
