namespace LogBroker.Protocol.Records;

/// <summary>Who set a batch's timestamps: the producer, or the broker when it appended.</summary>
public enum TimestampType : byte
{
    CreateTime = 0,
    LogAppendTime = 1,
}
