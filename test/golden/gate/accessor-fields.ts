export class Door {
  accessor open = false;
}
