// A tap on a proposed clause writes it into the field; what is chosen there goes on as if it had been typed.
(function () {
  "use strict";
  // What is typed counts: a proposal that was tapped before must not be sent beside it.
  document.addEventListener("input", function (event) {
    if (event.target.id !== "id_clause_code") { return; }
    document.querySelectorAll("input[data-clause]:checked").forEach(function (radio) { radio.checked = false; });
  });
  document.addEventListener("change", function (event) {
    var words = event.target.getAttribute && event.target.getAttribute("data-clause");
    var field = document.getElementById("id_clause_code");
    if (!words || !field) { return; }
    event.target.checked = false; // the field alone is sent
    field.value = words;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
