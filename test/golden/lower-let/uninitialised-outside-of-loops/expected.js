(function () {
  'use strict';
  var value;
  if (!value) value = 5;
  log(value);
})();
