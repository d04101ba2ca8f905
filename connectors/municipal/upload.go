package municipal

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

// documentPhoto is the documentType of a picture, the citizen's and the department's.
const documentPhoto = "PHOTO"

// upload puts photos into DIGIT's file store, one call each.
func (c *Connector) upload(ctx context.Context, tenant string, files []connectors.Enclosure) ([]workflowFile, error) {
	stored := make([]workflowFile, 0, len(files))
	for _, file := range files {
		id, err := c.store(ctx, tenant, file)
		if err != nil {
			return nil, err
		}
		kind := file.Kind
		if kind == "" {
			kind = documentPhoto
		}
		stored = append(stored, workflowFile{Type: kind, ID: id})
	}
	return stored, nil
}

func (c *Connector) store(ctx context.Context, tenant string, file connectors.Enclosure) (string, error) {
	body, contentType, err := form(tenant, file)
	if err != nil {
		return "", fmt.Errorf("write upload: %w", err)
	}
	var id string
	err = c.call(ctx, exchange{
		operation: "store_file", path: "filestore/v1/files", raw: body, contentType: contentType,
		expected: "the id of a stored file",
		meaning: func(told fault) error {
			if !strings.HasPrefix(told.Code, "EG_FILESTORE") {
				return nil
			}
			return &connectors.InputRejectedError{Field: FieldAttachments, Reason: told.Message}
		},
		read: func(body []byte) error {
			var answer struct {
				Files []struct {
					ID string `json:"fileStoreId"`
				} `json:"files"`
			}
			if err := decode(body, &answer); err != nil {
				return err
			}
			if len(answer.Files) != 1 || answer.Files[0].ID == "" {
				return errUnreadable
			}
			id = answer.Files[0].ID
			return nil
		},
	})
	return id, err
}

// form is the multipart body of one file with its tenant and module.
func form(tenant string, file connectors.Enclosure) (body []byte, contentType string, err error) {
	var written bytes.Buffer
	writer := multipart.NewWriter(&written)
	for name, value := range map[string]string{"tenantId": tenant, "module": "PGR"} {
		if err := writer.WriteField(name, value); err != nil {
			return nil, "", err
		}
	}
	mediaType, _, err := mime.ParseMediaType(file.MIMEType)
	if err != nil {
		mediaType = "application/octet-stream"
	}
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Type": {mediaType},
		"Content-Disposition": {mime.FormatMediaType("form-data", map[string]string{
			"name": "file", "filename": file.Filename,
		})},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(file.Content); err != nil {
		return nil, "", err
	}
	if err := writer.Close(); err != nil {
		return nil, "", err
	}
	return written.Bytes(), writer.FormDataContentType(), nil
}
