class Shape {
  size = 1;
  get area() {
    return this.size;
  }
  set area(value: number) {
    this.size = value;
  }
  name() {
    return 'shape';
  }
}
class Square extends Shape {
  override get area() {
    return super.area * super.area;
  }
  override set area(value: number) {
    super.area = value;
  }
  override name() {
    return super.name() + super.name.call(this);
  }
}
new Square().name();
