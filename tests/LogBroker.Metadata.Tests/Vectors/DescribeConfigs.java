import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.config.ConfigResource;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
/**
 * Writes what a broker answers to DescribeConfigs in a scenario; the broker must be started with the lines "static" below.
 * javac -cp "$KAFKA_HOME/libs/*" DescribeConfigs.java && CLASSPATH=. $KAFKA_HOME/bin/kafka-run-class.sh DescribeConfigs HOST:PORT SERVER.PROPERTIES > describe-configs.txt
 * $KAFKA_HOME/bin/start-single DIR PORT log.retention.minutes=120 num.partitions=3 log.flush.scheduler.interval.ms=5000 log.roll.jitter.hours=1 compression.type=zstd log.cleanup.policy=compact,delete
 */
public class DescribeConfigs {
  static Admin admin;
  static void set(ConfigResource r, String... kv) throws Exception {
    List<AlterConfigOp> ops=new ArrayList<>();
    for(int i=0;i<kv.length;i+=2){ ops.add(new AlterConfigOp(new ConfigEntry(kv[i],kv[i+1]),AlterConfigOp.OpType.SET)); System.out.println("set\t"+r.type()+"\t"+r.name()+"\t"+kv[i]+"\t"+kv[i+1]); }
    admin.incrementalAlterConfigs(Map.of(r,ops)).all().get();
  }
  public static void main(String[] a) throws Exception {
    Properties p=new Properties(); p.put("bootstrap.servers",a[0]);
    for(String l: Files.readAllLines(Path.of(a[1]))) { int e=l.indexOf('='); System.out.println("static\t"+l.substring(0,e)+"\t"+l.substring(e+1)); }
    try(Admin ad=Admin.create(p)){ admin=ad;
      var t=new ConfigResource(ConfigResource.Type.TOPIC,"t1"); var t2=new ConfigResource(ConfigResource.Type.TOPIC,"t2"); var b=new ConfigResource(ConfigResource.Type.BROKER,"1"); var all=new ConfigResource(ConfigResource.Type.BROKER,""); var g=new ConfigResource(ConfigResource.Type.GROUP,"g1"); var g2=new ConfigResource(ConfigResource.Type.GROUP,"g2");
      ad.createTopics(List.of(new NewTopic("t1",1,(short)1),new NewTopic("t2",1,(short)1))).all().get();
      System.out.println("set\tBROKER\t\tmin.insync.replicas\t1");
      set(all,"compression.type","lz4","log.cleaner.min.cleanable.ratio"," 0.25 ","background.threads","12","log.retention.ms","3600000","log.preallocate","TRUE");
      set(b,"compression.type","snappy","log.segment.bytes","2000000","leader.replication.throttled.rate","100","nosuch.key","5","sasl.jaas.config","secret","log.roll.ms","777");
      set(t,"retention.ms"," 77 ","cleanup.policy","compact , delete","preallocate","False","internal.segment.bytes","100","min.cleanable.dirty.ratio","1e-1","segment.bytes","3000000");
      set(g,"consumer.session.timeout.ms","46000","share.auto.offset.reset","earliest");
      Thread.sleep(1000);
      for (ConfigResource r: List.of(t,t2,b,all,g,g2)) for(ConfigEntry e: ad.describeConfigs(List.of(r),new DescribeConfigsOptions().includeSynonyms(true)).all().get().get(r).entries().stream().sorted(Comparator.comparing(ConfigEntry::name)).toList())
          System.out.println("entry\t"+r.type()+"\t"+r.name()+"\t"+e.name()+"\t"+e.type()+"\t"+e.value()+"\t"+e.source()+"\t"+e.isReadOnly()+"\t"+e.isSensitive()+"\t"+e.synonyms().stream().map(s->s.name()+"="+s.value()+"@"+s.source()).collect(Collectors.joining(";")));
    }
  }
}
