package codec

import (
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// FailureConverter encrypts the messages, stack traces and details of failures.
func (c *Codec) FailureConverter() converter.FailureConverter { return newFailureConverter(c) }

type failureConverter struct {
	converter.FailureConverter

	codec *Codec
}

var _ converter.FailureConverterWithSerializationContext = (*failureConverter)(nil)

func newFailureConverter(c *Codec) *failureConverter {
	encrypting := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), c), EncodeCommonAttributes: true,
	})
	return &failureConverter{FailureConverter: encrypting, codec: c}
}

// WithSerializationContext implements converter.FailureConverterWithSerializationContext.
func (f *failureConverter) WithSerializationContext(sc converter.SerializationContext) converter.FailureConverter {
	return newFailureConverter(f.codec.WithSerializationContext(sc).(*Codec)) //nolint:forcetypeassert // it is ours
}

// ErrorToFailure says nothing rather than something in plain, when there is no key to encrypt it: Temporal's own converter panics.
func (f *failureConverter) ErrorToFailure(err error) (failure *failurepb.Failure) {
	defer func() {
		if recover() != nil {
			failure = wordless(temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{}).ErrorToFailure(err))
		}
	}()
	return f.FailureConverter.ErrorToFailure(err)
}

// wordless keeps what Temporal decides on, and no text.
func wordless(failure *failurepb.Failure) *failurepb.Failure {
	for each := failure; each != nil; each = each.GetCause() {
		each.Message, each.StackTrace = "could not be encrypted", ""
		switch info := each.GetFailureInfo().(type) {
		case *failurepb.Failure_ApplicationFailureInfo:
			info.ApplicationFailureInfo.Details = nil
		case *failurepb.Failure_CanceledFailureInfo:
			info.CanceledFailureInfo.Details = nil
		case *failurepb.Failure_TimeoutFailureInfo:
			info.TimeoutFailureInfo.LastHeartbeatDetails = nil
		}
	}
	return failure
}
