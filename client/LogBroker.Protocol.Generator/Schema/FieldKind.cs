namespace LogBroker.Protocol.Generator.Schema;

/// <summary>What a field, or each element of an array field, is on the wire.</summary>
internal enum FieldKind
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Struct,
}
