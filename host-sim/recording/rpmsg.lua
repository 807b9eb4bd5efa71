-- Wireshark dissector for the captures that `rproc run --pcap` writes: rpmsg over virtio, one interface per rpmsg
-- device, link type USER0.
--
--   tshark -X lua_script:rpmsg.lua -r FILE.pcapng
--   wireshark -X lua_script:rpmsg.lua FILE.pcapng       or put this file into Wireshark's personal plugin folder
--
-- Formats: struct rpmsg_hdr and struct rpmsg_ns_msg of Linux (include/linux/rpmsg/byteorder.h and ns.h,
-- drivers/rpmsg/virtio_rpmsg_bus.c); all little-endian.

local rpmsg = Proto("rpmsg", "Remote Processor Messaging")

local HEADER = 16
local BUFFER = 512
local NAME = 32
local NS_ADDRESS = 53
local NS_MESSAGE = NAME + 8
local ADDRESS_ANY = 0xffffffff

-- Services whose payload is text; rpmsg_tty and the kernel's sample client bind to them.
local text_services = { ["rpmsg-tty"] = true, ["rpmsg-client-sample"] = true }

local ns_flags = { [0] = "create", [1] = "destroy" }

local f = {
  src = ProtoField.uint32("rpmsg.src", "Source address", base.HEX),
  dst = ProtoField.uint32("rpmsg.dst", "Destination address", base.HEX),
  reserved = ProtoField.uint32("rpmsg.reserved", "Reserved", base.HEX),
  len = ProtoField.uint16("rpmsg.len", "Payload length", base.DEC),
  flags = ProtoField.uint16("rpmsg.flags", "Flags", base.HEX),
  payload = ProtoField.bytes("rpmsg.payload", "Payload"),
  text = ProtoField.string("rpmsg.text", "Text", base.UNICODE),
  service = ProtoField.string("rpmsg.service", "Service"),
  ns_name = ProtoField.string("rpmsg.ns.name", "Service name", base.UNICODE),
  ns_addr = ProtoField.uint32("rpmsg.ns.addr", "Service address", base.HEX),
  ns_flags = ProtoField.uint32("rpmsg.ns.flags", "Announcement", base.HEX, ns_flags),
}
rpmsg.fields = f

local short = ProtoExpert.new("rpmsg.short", "Fewer bytes than a header", expert.group.MALFORMED, expert.severity.ERROR)
local cut = ProtoExpert.new(
  "rpmsg.cut", "The header claims more than the buffer holds", expert.group.MALFORMED, expert.severity.ERROR
)
local ns_size = ProtoExpert.new(
  "rpmsg.ns.malformed", "Not 40 bytes: Linux drops it (malformed ns msg)", expert.group.PROTOCOL, expert.severity.WARN
)
local reserved_set = ProtoExpert.new(
  "rpmsg.reserved.set", "Reserved bytes are not zero", expert.group.PROTOCOL, expert.severity.NOTE
)
rpmsg.experts = { short, cut, ns_size, reserved_set }

local interface_id = Field.new("frame.interface_id")
-- Wireshark's first pass makes no fields of the frame unless somebody wants them. tshark -2 does not even then, so the
-- interface may be unknown there.
local _ = Listener.new("frame", nil, true)

local INBOUND = 1

-- What was announced, by address in the firmware: { [frame] = { name or false, interface or nil } }, so that a packet
-- finds the service that its address had then, whatever order packets are looked at in.
local announced = {}

function rpmsg.init()
  announced = {}
end

local function announce(frame, interface, address, name)
  local frames = announced[address] or {}
  announced[address] = frames
  local known = frames[frame]
  frames[frame] = { name = name, interface = interface or known and known.interface }
end

local function service_at(frame, interface, address)
  local last, found = 0, nil
  for number, entry in pairs(announced[address] or {}) do
    local here = interface == nil or entry.interface == nil or interface == entry.interface
    if here and number <= frame and number > last then last, found = number, entry.name end
  end
  return found or nil
end

local function interface_of_packet()
  local info = interface_id()
  return info and info.value
end

local function show_address(address)
  if address == NS_ADDRESS then return "name service" end
  if address == ADDRESS_ANY then return "any" end
  return string.format("0x%x", address)
end

-- An announcement: from the firmware to address 53. Linux itself never sends any.
local function dissect_ns(payload, pinfo, tree, interface)
  if payload:len() ~= NS_MESSAGE then
    tree:add_proto_expert_info(ns_size)
    return "malformed announcement"
  end
  local name = payload(0, NAME):stringz()
  local address = payload(NAME, 4):le_uint()
  -- Linux looks at bit 0 only.
  local destroyed = payload(NAME + 4, 4):le_uint() % 2 == 1
  tree:add(f.ns_name, payload(0, NAME), name)
  tree:add_le(f.ns_addr, payload(NAME, 4))
  tree:add_le(f.ns_flags, payload(NAME + 4, 4))
  announce(pinfo.number, interface, address, not destroyed and name)
  return string.format("%s %s at 0x%x", destroyed and "destroy" or "create", name, address)
end

function rpmsg.dissector(buffer, pinfo, root)
  pinfo.cols.protocol = "RPMSG"
  local captured = buffer:len()
  if captured < HEADER then
    root:add(rpmsg, buffer()):add_proto_expert_info(short)
    return captured
  end
  local src = buffer(0, 4):le_uint()
  local dst = buffer(4, 4):le_uint()
  local len = buffer(12, 2):le_uint()
  local interface = interface_of_packet()
  local inbound = pinfo.p2p_dir == INBOUND

  local tree = root:add(rpmsg, buffer())
  tree:add_le(f.src, buffer(0, 4))
  tree:add_le(f.dst, buffer(4, 4))
  local reserved = tree:add_le(f.reserved, buffer(8, 4))
  if buffer(8, 4):le_uint() ~= 0 then reserved:add_proto_expert_info(reserved_set) end
  tree:add_le(f.len, buffer(12, 2))
  tree:add_le(f.flags, buffer(14, 2))
  if HEADER + len > BUFFER or HEADER + len > captured then tree:add_proto_expert_info(cut) end
  tree:append_text(string.format(", %s -> %s, %d bytes", show_address(src), show_address(dst), len))
  pinfo.cols.src = show_address(src)
  pinfo.cols.dst = show_address(dst)

  local present = math.min(len, captured - HEADER)
  local payload = present > 0 and buffer(HEADER, present):tvb() or nil
  if inbound and dst == NS_ADDRESS and payload then
    pinfo.cols.info = dissect_ns(payload, pinfo, tree, interface)
    return captured
  end
  local service = service_at(pinfo.number, interface, inbound and src or dst)
  if service then tree:add(f.service, service):set_generated() end
  if payload then tree:add(f.payload, payload()) end
  local info = string.format("%s%d bytes", service and service .. " " or "", len)
  if payload and service and text_services[service] then
    local text = payload():string(ENC_UTF_8)
    tree:add(f.text, payload(), text)
    -- One line, whatever the text holds.
    info = info .. ": " .. text:gsub("\r", "\\r"):gsub("\n", "\\n"):gsub("%c", ".")
  end
  pinfo.cols.info = info
  return captured
end

local encapsulations = wtap_encaps or wtap
DissectorTable.get("wtap_encap"):add(encapsulations.USER0, rpmsg)
