package codec

import (
	"context"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// DataConverter converts as Temporal does by default, and encrypts. It belongs in client.Options, together with FailureConverter.
func (c *Codec) DataConverter() converter.DataConverter {
	// Asking for a key may take longer than workflow code is allowed to stand still.
	return workflow.DataConverterWithoutDeadlockDetection(newDataConverter(c))
}

// ConnectionOptions are for client.Options beside the converters: what is encrypted does not get smaller, so that the SDK's compression
// of every call would be work for nothing, at both ends.
func ConnectionOptions() client.ConnectionOptions {
	return client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}}
}

// dataConverter knows when it is used by workflow code.
type dataConverter struct {
	converter.DataConverter

	codec *Codec
}

var (
	_ workflow.ContextAware                           = (*dataConverter)(nil)
	_ converter.DataConverterWithSerializationContext = (*dataConverter)(nil)
)

func newDataConverter(c *Codec) *dataConverter {
	return &dataConverter{DataConverter: converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), c), codec: c}
}

// WithWorkflowContext implements workflow.ContextAware.
func (d *dataConverter) WithWorkflowContext(workflow.Context) converter.DataConverter {
	inside := *d.codec
	inside.retried = true
	return newDataConverter(&inside)
}

// WithContext implements workflow.ContextAware.
func (d *dataConverter) WithContext(context.Context) converter.DataConverter { return d }

// WithSerializationContext implements converter.DataConverterWithSerializationContext.
func (d *dataConverter) WithSerializationContext(sc converter.SerializationContext) converter.DataConverter {
	return newDataConverter(d.codec.WithSerializationContext(sc).(*Codec)) //nolint:forcetypeassert // it is ours
}
