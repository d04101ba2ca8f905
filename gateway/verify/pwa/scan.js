// Reads the code in a picture or in what the camera sees: with the browser's own detector where there is one, else with jsQR.

let detector;

async function own() {
  if (detector !== undefined) return detector;
  detector = null;
  if ('BarcodeDetector' in window && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')) detector = new BarcodeDetector({ formats: ['qr_code'] });
  return detector;
}

function drawn(source, width, height, longest) {
  const scale = longest / Math.max(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function codeIn(source, width, height, sizes) {
  const native = await own();
  if (native) {
    const found = await native.detect(source).catch(() => []);
    if (found.length) return found[0].rawValue;
  }
  for (const longest of sizes) {
    const picture = drawn(source, width, height, longest);
    const found = window.jsQR(picture.data, picture.width, picture.height);
    if (found && found.data) return found.data;
  }
  return '';
}

// fromFile reads the code of a picked picture; empty: there is none.
export async function fromFile(file) {
  const picture = await createImageBitmap(file);
  try {
    return await codeIn(picture, picture.width, picture.height, [1200, 1800, 800, 2600]);
  } finally {
    picture.close();
  }
}

// fromCamera shows the camera until a code is read, or stopped says so. It fails when there is no camera.
export async function fromCamera(video, stopped) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 } } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!stopped()) {
      const side = Math.max(video.videoWidth, video.videoHeight);
      const code = side ? await codeIn(video, video.videoWidth, video.videoHeight, [side]) : '';
      if (code) return code;
      await new Promise((next) => setTimeout(next, 120));
    }
    return '';
  } finally {
    video.srcObject = null;
    for (const track of stream.getTracks()) track.stop();
  }
}
