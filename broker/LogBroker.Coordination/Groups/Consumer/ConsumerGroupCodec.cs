using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Teaches a codec the records of consumer groups.</summary>
internal static class ConsumerGroupCodec
{
    public static CoordinatorRecordCodec WithConsumerGroups(this CoordinatorRecordCodec codec) => codec
        .With<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>(ConsumerGroupMetadataKey.RecordType)
        .With<ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>(
            ConsumerGroupPartitionMetadataKey.RecordType)
        .With<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>(ConsumerGroupMemberMetadataKey.RecordType)
        .With<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>(
            ConsumerGroupTargetAssignmentMetadataKey.RecordType)
        .With<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>(
            ConsumerGroupTargetAssignmentMemberKey.RecordType)
        .With<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>(
            ConsumerGroupCurrentMemberAssignmentKey.RecordType)
        .With<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>(
            ConsumerGroupRegularExpressionKey.RecordType);
}
