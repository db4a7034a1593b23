// Below each chart: the file that the link gives, as PNG at twice its size.
for (const link of document.querySelectorAll(".chart-file a")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Download PNG";
  button.setAttribute("aria-label", link.getAttribute("aria-label").replace("SVG", "PNG"));
  button.addEventListener("click", async () => {
    const image = new Image();
    image.src = link.href;
    try {
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = 2 * image.naturalWidth;
      canvas.height = 2 * image.naturalHeight;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const made = document.createElement("a");
      made.href = canvas.toDataURL("image/png");
      made.download = link.download.replace(/svg$/, "png");
      made.click();
    } catch {
      button.textContent = "No PNG in this browser";
    }
  });
  link.after(button);
}
