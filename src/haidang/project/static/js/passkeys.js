// Passkeys need a script: what asks for one is shown only where a browser can, and a failure is told.
(() => {
  "use strict";

  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-passkey]")) {
    part.hidden = false;
    window.allauth.webauthn.forms[part.dataset.passkey]({ ids: JSON.parse(part.dataset.ids) });
  }

  document.addEventListener("allauth.error", (event) => {
    const told = document.querySelector("[data-passkey-failed]");
    if (!told) return;
    event.preventDefault();
    told.hidden = false;
    told.focus();
  });
})();
